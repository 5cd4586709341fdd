//! Mistakes planted in the rules: each is refuted, with a counterexample a lawyer can read.

use expect_test::{Expect, expect};
use renkei_gate::RuleFiles;

use crate::explain::explain;
use crate::prover::{cvc5, prove};
use crate::theorems::theorem;

/// Plants a mistake in one file and wants the gate's theorem refuted as expected.
async fn refuted(gate: &str, file: &str, sound: &str, mistaken: &str, expected: Expect) {
    let files = RuleFiles::embedded();
    let text = files.text(file).to_owned();
    assert_eq!(text.matches(sound).count(), 1, "`{sound}` is not just once in {file}");
    let planted = files.with(file, text.replace(sound, mistaken));
    let found = prove(cvc5().expect("cvc5 is installed"), &planted, &theorem(gate)).await.unwrap();
    expected.assert_eq(&explain(&found.expect("the mistake is refuted")));
}

#[tokio::test]
async fn a_widened_unless() {
    let sound = "unless { context.one_seat_may_hold_both };";
    let mistaken = "unless { context.one_seat_may_hold_both || principal.machine };";
    refuted("g07", "g07-approver.cedar", sound, mistaken, expect![[r#"
        G7 の約束は守られていない。次のことが「できる」とされる。
        　誰が：警察庁の機械の席（担当：送付）
        　行為：送付
        　データ：IPアドレスと時刻
        　措置：利用者への注意喚起
        　いつ：2026-04-01 00:00:00（日本時間）
        　提供先：電気通信事業者、締結済み：なし、テーマ別グループの情報ではない、出し手は提供を認めている、件数まで
        　決裁：定められた決裁者による、起案した席と同じ、内容は決裁のとおり
        　なぜいけないか：起案した席が自ら決裁しており、役所は一人二役を認めていない。
        　これを開いた規則：H2/notify-user 感染端末のIPアドレスと時刻は、利用者への注意喚起のため、その利用者を特定できる事業者に提供できる。
        　閉じるはずの関門：G7 (S4.13)

        the promise of G7 does not hold; this would be allowed:
          who: machine seat of National Police Agency (duties: sender)
          act: send
          data: address and time
          measure: alert the user
          when: 2026-04-01 00:00:00 (Japan)
          recipient: ISP; signed: none; no topic group; the originator allows it; counts only
          approval: by the approver that is set; by the seat that drafted; content as approved
          why it should not be: The drafter approved its own draft, and the office does not let one person hold both seats.
          opened by: H2/notify-user Address and time of an infected device may go to the operator that can find its user, to alert that user.
          should be closed by: G7 (S4.13)
    "#]]).await;
}

#[tokio::test]
async fn a_dropped_class() {
    refuted(
        "g22",
        "g22-originator.cedar",
        r#"[DataClass::"indicator", DataClass::"sample", DataClass::"method"].contains(resource.class)"#,
        r#"[DataClass::"sample", DataClass::"method"].contains(resource.class)"#,
        expect![[r#"
            G22 の約束は守られていない。次のことが「できる」とされる。
            　誰が：警察庁の席（担当：送付）
            　行為：送付
            　データ：攻撃側の指標
            　措置：利用者への注意喚起
            　いつ：2026-04-01 00:00:00（日本時間）
            　提供先：電気通信事業者、締結済み：なし、テーマ別グループの情報ではない、出し手は提供を認めている、件数まで
            　決裁：定められた決裁者による、起案した席とは別、内容は決裁のとおり
            　なぜいけないか：指標・検体・手口が、秘密保持契約のない相手に渡る。
            　これを開いた規則：H2/notify-user 感染端末のIPアドレスと時刻は、利用者への注意喚起のため、その利用者を特定できる事業者に提供できる。
            　閉じるはずの関門：G22 (S3.1, S3.2, S4.1)

            the promise of G22 does not hold; this would be allowed:
              who: seat of National Police Agency (duties: sender)
              act: send
              data: indicator
              measure: alert the user
              when: 2026-04-01 00:00:00 (Japan)
              recipient: ISP; signed: none; no topic group; the originator allows it; counts only
              approval: by the approver that is set; by another seat than drafted; content as approved
              why it should not be: Indicators, samples or methods go to a party without a non-disclosure contract in force.
              opened by: H2/notify-user Address and time of an infected device may go to the operator that can find its user, to alert that user.
              should be closed by: G22 (S3.1, S3.2, S4.1)
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_wrong_date() {
    let sound = "context.at < context.operation.authority.until";
    let mistaken = "context.at <= context.operation.authority.until";
    refuted("g08", "g08-sinkhole.cedar", sound, mistaken, expect![[r#"
        G8 の約束は守られていない。次のことが「できる」とされる。
        　誰が：警察庁の席（担当：管理）
        　行為：白紙のデータの応答
        　データ：IPアドレスと時刻
        　いつ：2026-04-01 00:00:00（日本時間）
        　提供先：なし
        　決裁：なし
        　作戦：国内、JPドメインではない、自らのサーバ、白紙のデータ、権限記録の効力：2026-02-01 00:00:00（日本時間） から 2026-04-01 00:00:00（日本時間） まで（終わりの時刻は含まない）
        　なぜいけないか：権限記録の効力が切れた後に、実行される。
        　これを開いた規則：H1/operation-kept シンクホールと白紙応答は、管理担当の席が、権限記録のある作戦として行う。
        　閉じるはずの関門：G8 (S2.13, S2.17, S2.18)

        the promise of G8 does not hold; this would be allowed:
          who: seat of National Police Agency (duties: keeper)
          act: answer with blank data
          data: address and time
          when: 2026-04-01 00:00:00 (Japan)
          recipient: none
          approval: none
          operation: in Japan; no JP domain; own server; blank data; authority record in force from 2026-02-01 00:00:00 (Japan) until 2026-04-01 00:00:00 (Japan) (not included)
          why it should not be: It is carried out after the authority record has ended.
          opened by: H1/operation-kept Sinkhole and blank answers are the keeper's, as a recorded operation.
          should be closed by: G8 (S2.13, S2.17, S2.18)
    "#]]).await;
}

#[tokio::test]
async fn a_permit_without_approver() {
    let sound = "unless { context has approval };";
    let mistaken = r#"unless { context has approval || resource.class == DataClass::"identification-by-ip" };"#;
    refuted("g07", "g07-approver.cedar", sound, mistaken, expect![[r#"
        G7 の約束は守られていない。次のことが「できる」とされる。
        　誰が：警察庁の席（担当：送付）
        　行為：送付
        　データ：IPアドレスと時刻
        　措置：利用者への注意喚起
        　いつ：2026-04-01 00:00:00（日本時間）
        　提供先：電気通信事業者、締結済み：なし、テーマ別グループの情報ではない、出し手は提供を認めている、件数まで
        　決裁：なし
        　なぜいけないか：決裁を受けていないものが、外に出る。
        　これを開いた規則：H2/notify-user 感染端末のIPアドレスと時刻は、利用者への注意喚起のため、その利用者を特定できる事業者に提供できる。
        　閉じるはずの関門：G7 (S4.13)

        the promise of G7 does not hold; this would be allowed:
          who: seat of National Police Agency (duties: sender)
          act: send
          data: address and time
          measure: alert the user
          when: 2026-04-01 00:00:00 (Japan)
          recipient: ISP; signed: none; no topic group; the originator allows it; counts only
          approval: none
          why it should not be: Something leaves that was never approved.
          opened by: H2/notify-user Address and time of an infected device may go to the operator that can find its user, to alert that user.
          should be closed by: G7 (S4.13)
    "#]]).await;
}

/// What is forbidden for ever, allowed until a day.
#[tokio::test]
async fn a_date_where_there_is_none() {
    let sound = r#"forbid (principal, action == Action::"remote-disinfection", resource);"#;
    let mistaken = r#"permit (principal, action == Action::"remote-disinfection", resource)
        when { context.at < datetime("2026-05-01T00:00:00+0900") };"#;
    refuted("g10", "g10-remote-disinfection.cedar", sound, mistaken, expect![[r#"
        G10 の約束は守られていない。次のことが「できる」とされる。
        　誰が：警察庁の席（担当：なし）
        　行為：強制的な感染除去
        　データ：IPアドレスと時刻
        　いつ：2026-04-01 00:00:00（日本時間）
        　提供先：なし
        　決裁：なし
        　なぜいけないか：他人の端末からの強制的な感染除去が、認められる。
        　これを開いた規則：G10/remote-disinfection 他人の端末から遠隔で不正プログラムを除去すること（強制的な感染除去）は行わない。
        　閉じるはずの関門：G10 (S2.20)

        the promise of G10 does not hold; this would be allowed:
          who: seat of National Police Agency (duties: none)
          act: remote disinfection
          data: address and time
          when: 2026-04-01 00:00:00 (Japan)
          recipient: none
          approval: none
          why it should not be: Removing malware from another's device is allowed.
          opened by: G10/remote-disinfection Malware is never removed from another's device from afar.
          should be closed by: G10 (S2.20)
    "#]]).await;
}

/// A class dropped from what police must not receive.
#[tokio::test]
async fn a_class_dropped_from_what_police_must_not_receive() {
    let sound = r#"context.recipient.role) &&
  [DataClass::"answer-line", "#;
    let mistaken = r#"context.recipient.role) &&
  ["#;
    refuted(
        "g20",
        "g20-subscriber.cedar",
        sound,
        mistaken,
        expect![[r#"
            G20 の約束は守られていない。次のことが「できる」とされる。
            　誰が：警察庁の席（担当：送付）
            　行為：回答の受領
            　データ：回答の明細
            　いつ：2026-04-01 00:00:00（日本時間）
            　提供先：都道府県警察、締結済み：なし、テーマ別グループの情報ではない、出し手は提供を認めている、件数まで
            　決裁：なし
            　なぜいけないか：件数を超えて、回答の明細や登録者情報が警察に渡る。
            　これを開いた規則：H1/answer-taken-in 回答は件数として受け取る。起案・送付・回答担当の席が行う。
            　閉じるはずの関門：G20 (S2.14, S4.19)

            the promise of G20 does not hold; this would be allowed:
              who: seat of National Police Agency (duties: sender)
              act: take in an answer
              data: line of an answer
              when: 2026-04-01 00:00:00 (Japan)
              recipient: prefectural police; signed: none; no topic group; the originator allows it; counts only
              approval: none
              why it should not be: More than counts is handed to police: lines of an answer, or registration data.
              opened by: H1/answer-taken-in Answers are taken in as counts, by drafter, sender or answerer.
              should be closed by: G20 (S2.14, S4.19)
        "#]],
    )
    .await;
}
