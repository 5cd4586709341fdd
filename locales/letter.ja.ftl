# 注意喚起の依頼状（日本語）。formats::notice::letter が読む。個人名は入れない。
# $party 宛先の機関　$office 差出機関　$title 件名となる活動名　$request 依頼番号

subject-notice = 【依頼】{ $title }（{ $request }）
subject-correction = 【訂正】{ $title }（{ $request }）
subject-withdrawal = 【撤回】{ $title }（{ $request }）
subject-part = （{ $part }/{ $parts }通目）

greeting = { $party } ご担当窓口 御中
sender = 差出：{ $office }

opening-notice =
    平素よりご協力いただき、ありがとうございます。
    貴社・貴機関で対応いただける観測情報がありましたので、下記のとおりお知らせし、対応をお願いします。
opening-correction =
    { $sent }にお送りした依頼（{ $first }）の内容を、下記のとおり訂正します。
    訂正の理由：{ $reason }
    以前の添付ファイルは破棄し、このメールの添付ファイルをお使いください。
opening-withdrawal =
    { $sent }にお送りした依頼（{ $first }）を撤回します。
    撤回の理由：{ $reason }
    以前の依頼に基づく対応は不要です。以前の添付ファイルは破棄してください。
    すでに対応いただいた分の回答は、これまでどおりお受けします。

heading-asked = ■ お願いしたいこと
asked-notify-user =
    添付の各行のIPアドレス、送信元ポート、時刻から該当する利用者を貴社で特定し、
    機器がマルウェアに感染しているおそれがあることと、対処の方法を、利用者へお知らせください。
asked-tell-partner =
    添付の各行は、貴機関が所管する範囲の機器に関するものです。
    貴機関の手続に従い、対応できる事業者等へお知らせください。
asked-reset-credentials =
    添付の一覧は、貴社のサイトの利用者のID・パスワードで、第三者の手に渡っていたものです。
    不正アクセスを防ぐため、該当する符号の再設定や利用停止と、利用者へのお知らせをお願いします。
    当方から利用者へ直接連絡することはありません。
asked-repair-site =
    添付の各行のサイトは、第三者に改ざんされているおそれがあります。
    貴社・貴機関が管理するサイトであれば確認と修復を、そうでなければ管理者への連絡をお願いします。
    管理者は被害者であり、ご対応は任意です。
asked-secure-server =
    添付の各行のサーバは、所有者の知らないうちに、奪取された情報の置き場等として悪用されているおそれがあります。
    貴社・貴機関のサーバであれば点検と対策を、そうでなければ所有者への連絡をお願いします。
    所有者は被害者であり、疑いをかけるものではありません。ご対応は任意です。
names-stay =
    利用者の氏名その他の契約者情報は、当方へお知らせいただく必要はありません。回答にも記載しないでください。
due = 回答のめやす：{ $due }まで（貴社・貴機関が定めた期間によります。）
due-none = 回答の期限は定めていません。

heading-scope = ■ 対象
scope = { $devices }台（観測 { $lines }行）
scope-credentials = 識別符号 { $lines }件（アカウント { $devices }件）
scope-sites = { $devices }サイト（観測 { $lines }行）
scope-servers = サーバ { $devices }台（観測 { $lines }行）
scope-period = 観測期間：{ $from } ～ { $until }

heading-check = ■ 確認の方法
check-repair-site =
    改ざんは画面の見た目に現れないことが多く、「変わったところはない」と見えるのが普通です。
    1. 一覧の url 列のページと evidence 列（観測された内容）を、サーバ上のファイルと手元の控えとで比べてください。
    2. 検索サイト経由や特定の端末からの閲覧にだけ反応する改ざんがあります。ブラウザで見ただけで判断しないでください。
    3. 設定ファイル、テンプレート、プラグイン、データベース、予約された処理、見覚えのない管理者の登録を確かめてください。
check-secure-server =
    1. 一覧の evidence 列（観測された道具、置き場所、記録の状態）にあるものが、サーバ上にあるか確かめてください。
    2. ログの記録が止められていることがあります。記録が途切れた時期がないか確かめてください。
    3. 見覚えのない利用者、鍵、予約された処理、常駐する処理、外部との通信を確かめてください。
heading-steps = ■ 修復と再発防止の手順
steps-repair-site =
    1. 改ざんされたファイルとアクセスログを、消す前に別の場所へ控えてください。
    2. 手元の控えから戻し、サーバ、CMS、プラグインを最新にしてください。使わないものは取り除いてください。
    3. 管理用のパスワードと鍵をすべて替え、管理画面へ入れる範囲を絞ってください。
    4. 修復したら status 列に repaired と記入して返信してください。その後の観測で確かめ、結果をお知らせします。
steps-secure-server =
    1. 見つかった道具、置かれた情報、残っているログを、消す前に別の場所へ控えてください。
    2. ログの記録を再開し、サーバの外にも残るようにしてください。
    3. 入口となった弱点を塞ぎ、サーバと使っているソフトウェアを最新にし、パスワードと鍵をすべて替えてください。
    4. 対策したら status 列に repaired と記入して返信してください。その後の観測で確かめ、結果をお知らせします。

heading-purpose = ■ 目的
heading-grounds = ■ 取扱いの根拠
ground = ・{ $gate }（{ $requirements }）{ $reason }
grounds-rules = 判断に用いた規則集：{ $policies }

heading-files = ■ 添付ファイル
file-lines = ・{ $name }：観測の一覧（CSV、UTF-8）。時刻はUTCと貴社・貴機関の時間帯の両方で記載しています。
file-reports = ・{ $name }：XARF v4（JSON Lines、1行に1台）。
file-credentials = ・{ $name }：識別符号の一覧（CSV、UTF-8）。
file-other = ・{ $name }
sealed-openpgp = いずれもgzipで圧縮し、貴社・貴機関のOpenPGP鍵（{ $key }）で暗号化しています。
sealed-age = いずれもgzipで圧縮し、貴社・貴機関のage鍵（{ $key }）で暗号化しています。
sealed-clear = いずれもgzipで圧縮しています。登録された連絡方法に従い、暗号化していません。
sealed-as-read =
    読み取った時点で、貴社のage鍵（{ $key }）で暗号化しています。当方では誰も読むことができません。
    当方の暗号化された控えは{ $day }に削除します。対応が済みましたら、貴社でも削除してください。

heading-answer = ■ 回答の方法
answer =
    { $reply } へ返信してください（このメールへの返信で届きます）。
    行ごとに回答いただける場合は、列名を line,status とするCSVを添付してください。
    一覧の status 列に記入して返送いただいても構いません。status に使う語は次のとおりです。
status-customer-told = 利用者へ連絡した
status-quarantined = 接続を隔離した（貴社の判断によるもの）
status-cleaned = 感染がないこと、または除去を確認した
status-not-ours = その時刻に貴社・貴機関のアドレスではなかった
status-shared-address-need-port = 共用アドレスのため、送信元ポートがないと特定できない
status-no-data = 該当する記録がない
status-credentials-reset = パスワードを再設定した、又はアカウントを停止した
status-no-such-account = 該当するアカウントがない
status-repaired = 修復した、又は対策を済ませた
status-nothing-found = 確認したが、異状は見つからなかった
status-row = { "  " }{ $word }：{ $meaning }

heading-after = ■ この後の流れ
after =
    回答は件数として集計し、行ごとの回答は集計後に消去します。
    集計結果と、その後の観測で同じ機器が見られたかどうかを、後日お知らせします。

heading-leaflet = ■ 利用者向けの案内
leaflet = { $leaflet }

heading-desk = ■ お問い合わせ
desk = { $desk }　{ $contact }

reference = 依頼番号：{ $request }　活動番号：{ $campaign }
other-language = （English text follows below.）

heading-checkpoint = 台帳の検査点（後日の検証のために、このまま保管してください。）

year-month-day = { $year }年{ $month }月{ $day }日
