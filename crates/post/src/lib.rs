//! Letters out: mail building, encryption, SMTP and files. The only crate that links lettre, OpenPGP and age.
