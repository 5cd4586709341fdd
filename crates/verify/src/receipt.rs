//! What the check of a receipt looks like to a person and to a machine.

use renkei_core::ledger::Keyring;
use renkei_core::receipt::{HEAD, Receipt};

use crate::exit::Exit;

/// Checks a receipt and prints what was found; `None`: it is none.
pub fn check(text: &str, keys: &Keyring, as_json: bool) -> Option<Exit> {
    let opened = text.starts_with(HEAD).then(|| Receipt::open(text, keys.keys()))?;
    match opened {
        Ok((receipt, key)) => {
            let Receipt { evidence, at, from, to, transaction, message, bytes, code } = &receipt;
            let (evidence, code) = (evidence.word(), code.as_deref().unwrap_or("-"));
            let key = key.name();
            if as_json {
                println!(
                    "{{\"holds\":true,\"evidence\":\"{evidence}\",\"at\":\"{at}\",\"from\":\"{from}\",\"to\":\"{to}\",\
                     \"transaction\":\"{transaction}\",\"message\":\"{message}\",\"bytes\":{bytes},\"code\":\"{code}\",\
                     \"key\":\"{key}\"}}"
                );
            } else {
                println!(
                    "{evidence} ({code})\n  at {at}\n  {from} -> {to}\n  transaction {transaction}\n  \
                     message SHA-256 {message}, {bytes} bytes\n  signed by {key}\n\
                     INTACT: this is what that office signed.\n改変なし：その役所が署名したとおりです。"
                );
            }
            Some(Exit::Intact)
        }
        Err(error) => {
            if as_json {
                println!("{{\"holds\":false,\"why\":\"{error}\"}}");
            } else {
                println!("ALTERED: {error}.\n改変あり：受領証は署名されたままではありません。");
            }
            Some(Exit::Altered)
        }
    }
}
