# 画面に出る言葉（日本語）。鍵の順は cli.en.ftl と同じ。
none = –
yes = はい
no = いいえ
total = 合計

init-done = { $folder } にオフィスを作りました。
init-seat = 席 { $seat }：{ $duties }
init-key = 台帳の公開鍵（検証する人に渡してください）：{ $key }
init-undecided = 未定：{ $key }。office.toml で決めるまで何も消しません。
init-next = 次に：renkei party import ファイル、renkei routes import ファイル、renkei ingest ファイル
init-ask-keep = 観測を何日間保存しますか。（空欄：未定）

party-id = 関係者
party-name = 名称
party-role = 種別
party-channel = 送付先
party-shared = アドレス共用
party-repeat = 再通知までの日数
party-answer = 回答までの日数
party-agreements = 協定
party-competences = 所管
party-none = 関係者がまだありません。取り込んでください：renkei party import ファイル
party-imported = 関係者：追加 { $added }、変更 { $changed }、変更なし { $unchanged }

routes-imported = { $from } から有効な経路表：{ $ranges } 範囲（{ $form }）、除いた行 { $findings }

ingest-done = { $name }（{ $kind }）：{ $lines } 行 = 保存 { $stored } + 重複 { $duplicates } + 隔離 { $quarantined }
ingest-known = { $name }（{ $kind }）：読込み済みのため何もしません（{ $lines } 行）
ingest-nobody = 所管する関係者のないアドレス：{ $count } 行
ingest-finding = { $code } { $label } { $column } × { $count }（最初は { $line } 行目）

observations-none = 該当する観測はありません。renkei observations --by family で全体を確認できます。
observations-next = 続き：--after { $cursor }
by-day = 日
by-family = ファミリー
by-party = 関係者
by-asn = AS
by-kind = 種類
by-country = 国
by-port = ポート
by-class = 区分
by-feed = ファイル

plan-devices = 端末
plan-lines = 行
plan-left = 送らない行
plan-measure = 措置
plan-reason = 送らない { $count } 行：{ $reason }
plan-done = 起案しました：{ $campaign }　次に：renkei campaign approve { $campaign }
plan-rehearsed = 予行のみ。何も書き込んでいません。
notify-user = 利用者への注意喚起
tell-partner = 外国機関への提供
reset-credentials = 識別符号の再設定
repair-site = 改ざんサイトの修復
secure-server = 悪用サーバの点検と対策
reason-no-operator = 所管する関係者がない
reason-no-channel = 送付先が登録されていない
reason-no-port = 共用アドレスで送信元ポートがない
reason-no-time = 秒とタイムゾーンまで分かる時刻がない
reason-told-before = 関係者の定める期間内に通知済み
reason-refused = 法的関門が認めない
reason-several-operators = 複数の関係者が同じサイトを所管としている
reason-no-key = 関係者のage鍵が登録されていない
reason-corrected = 訂正により除いた

approve-done = { $count } 件の依頼を { $seat } が { $key } で決裁しました。次に：renkei campaign send { $campaign }
approve-same-seat = 起案と決裁が同じ席です。オフィスの設定により認められ、判定ごとに記録されます。

send-done = 送付待ちに入れた依頼 { $requests } 件、送った通知 { $letters } 通、待機 { $waiting } 通、失敗 { $failed } 通
send-may-repeat = 前の処理が終わったとき送信中だった通知が { $count } 通あります。同じ Message-ID で二度届いた可能性があります。
send-error = 最後の遅延または拒否：{ $error }
send-refused = { $party } には送りません：{ $ruling }
send-outbox = 通知はファイルです：{ $folder }

change-withdrawn = 取り下げました：{ $count } 件
change-corrected = 訂正しました：{ $count } 件、除いた行 { $lines }
change-closed = 終了しました（依頼 { $count } 件）。
change-fed-back = 結果を伝えました：{ $count } 件

answer-done = { $party } が { $request } に回答：{ $outcome }
answer-dropped = 回答に置き場所のない { $count } 列を読まずに捨てました（G20）。
answer-findings = 数えられない行：{ $count }
outcome-full = 全部
outcome-part = 一部
outcome-declined = 辞退
outcome-no-data = データなし
status-customer-told = 利用者に連絡済み
status-quarantined = 隔離済み
status-cleaned = 駆除済み
status-not-ours = 自社のアドレスでない
status-shared-address-need-port = 共用アドレスのためポートが必要
status-no-data = データなし
status-credentials-reset = 再設定・停止済み
status-no-such-account = 該当するアカウントなし
status-repaired = 修復済み
status-nothing-found = 異状なし

state-draft = 起案
state-approved = 決裁済み
state-sent = 送付済み
state-acknowledged = 受領確認
state-answered = 回答あり
state-fed-back = 結果伝達済み
state-closed = 終了
state-withdrawn = 取下げ

campaign-id = 注意喚起
campaign-title = 件名
campaign-requests = 依頼
campaign-none = 注意喚起がまだありません。計画してください：renkei campaign plan --help
request-id = 依頼
request-due = 期限

effect-state = 状態
effect-told = 通知した端末
effect-reached = 利用者に到達（行）
effect-gone = 観測されなくなった
effect-still = なお観測
effect-unknown = 不明
effect-overdue = 期限超過
effect-all-told = 通知した全体
effect-not-told = 通知できなかった
effect-until = 観測は { $until } まで。{ $quiet } 日間観測されない端末を「観測されなくなった」と数えます。
effect-lift = 通知できなかった端末との差：{ $points } ポイント
effect-keys = 端末の見分け方：{ $keys }
effect-assumptions = これらは試算です。前提：
key-bot-id = マルウェアが付けた識別子（確か）
key-site = サイトのホスト名（確か）
key-address-port = アドレスとポート（不確か）
key-address = アドレス（ある程度確か）
assumption-device-key = 端末は行にある最も確かな鍵で見分けます。アドレスしかなければ、アドレスが変わると別の端末と数えます。
assumption-quiet-is-clean = 一定期間観測されなければ駆除されたとみなします。電源断や移転の可能性もあります。
assumption-sinkhole-saw-all = 観測のある日はシンクホールがすべてを見たものとします。
assumption-not-told-is-comparable = 通知した端末としなかった端末の違いは通知だけとみなしますが、ほかの違いもあり得ます。わざと通知しなかった端末はありません。
assumption-answers-are-true = 到達数は関係者の回答によるもので、確認したものではありません。
chart-title = 通知後もなお観測される端末の割合
chart-days = 通知からの日数
chart-told = 通知した端末
chart-not-told = 通知できなかった端末

key-name = 鍵
key-purpose = 用途
key-state = 状態
key-public = 公開鍵

audit-none = 記録がありません。
audit-exported = { $entries } 件を { $file } に、公開鍵を { $keys } に書き出しました。検証：verify { $file } --keys { $keys }
audit-intact = 台帳に異状なし：{ $entries } 件、署名の正しい決裁 { $approvals } 件、外部のチェックポイント { $checkpoints } 件
audit-broken = 台帳に異状あり：{ $entries } 件、署名の正しい決裁 { $approvals } 件、外部のチェックポイント { $checkpoints } 件
audit-tail-held = 末尾は外部のチェックポイントで確かめられます。
audit-tail-unknown = 末尾が切り取られたかどうかは分かりません（外部のチェックポイントがありません）。
audit-tail-cut = 末尾が切り取られています。

care-kept-from = { $day } 以降の観測を保存しています。
care-undecided = 保存期間は未定です。古さを理由に消したものはありません。
care-table = { $table }：{ $rows } 行、{ $files } ファイル。消した行 { $removed }、まとめたファイル { $joined }、削除したファイル { $deleted }（{ $bytes } バイト）

config-seat = 席
config-policies = 規則

doctor-ledger = 台帳に異状なし（{ $count } 件）
doctor-ledger-bad = 台帳に異状があります：renkei audit verify
doctor-intents = 途中で終わった処理はありません
doctor-intents-bad = 予告したまま終わっていない処理が { $count } 件あります
doctor-in-flight = 送信中の通知はありません
doctor-in-flight-bad = 送信中の通知が { $count } 通あります：renkei campaign send で引き継ぎます
doctor-failed-letters = 拒否された通知はありません
doctor-failed-letters-bad = 拒否された通知が { $count } 通あります：送付先を確かめてください
doctor-warning-lists = 警告一覧：{ $count } 件。
doctor-warning-lists-bad = `warninglists` の { $count } 件のファイルは misp-warninglists の一覧ではなく、使えません。
doctor-lake = 観測 { $count } 行
doctor-lake-bad = 観測を読めません
doctor-parties = 関係者 { $count }
doctor-parties-bad = 関係者がまだありません：renkei party import ファイル
doctor-channels = 所管のある関係者すべてに送付先があります
doctor-channels-bad = 所管があるのに送付先のない関係者が { $count } あります
doctor-directory = 名簿の区間 { $count }
doctor-directory-bad = 名簿が空です：renkei routes import ファイル
doctor-retention = 観測の保存期間 { $count } 日
doctor-retention-bad = 観測の保存期間は未定です（office.toml）
doctor-well = オフィスに異状はありません。
doctor-unwell = 人の確認が必要なところがあります。

scene-made = オフィスを作る
scene-nation = 国を取り込む：ISP、ホスティング事業者、外国CERT、センター、二つの警察
scene-routes = 経路表を取り込む
scene-read = { $day }：{ $devices } 台がシンクホールに接続。その記録を読み込む
scene-known = 前回の注意喚起を続ける：{ $campaign }
scene-planned = 担当が起案する：対応できる関係者ごとに一つの依頼
scene-approved = 所属長が決裁する：送る内容そのものに署名
scene-sent = 通知を送る
scene-answered = { $day }：受け取った側が開封して回答
scene-rehearsed = { $day }：予行。いま計画し直すと誰に届くか
scene-effect = 何が変わったか
scene-sums = 数は合うか
scene-next = 次に試すこと
sum-domestic = 国内の端末：作った数 = 見つけた数
sum-foreign = 国外の端末：作った数 = 見つけた数
sum-written = 書いた行 = 読んだ行
sum-lines = 行 = 保存 + 重複 + 隔離
sum-requests = 依頼した端末 = 通知した端末
sum-parties = 通知した端末 = 関係者ごとの合計
demo-next =
    { "" }renkei --office { $folder }/office campaign show { $campaign }
    { "" }renkei --office { $folder }/office observations --by party
    { "" }renkei --office { $folder }/office audit show
    { "" }renkei --office { $folder }/office doctor
    { "" }renkei demo { $folder } --serve
    図は { $folder }/reports、通知は { $folder }/office/outbox にあります。

mail-id = メール
mail-kind = 種類
mail-domain = 差出人のドメイン
mail-faults = 理由
mail-none = 人を待つメールはありません。
mail-read = 読んだメール { $mails } 通：回答 { $replies }、自動応答 { $auto }、配送の報告 { $reports }
mail-read-unconfirmed = 差出人が確かでないメール { $count } 通：renkei mail confirm または drop で決めてください。
mail-read-waiting = 人が見るべきメール { $count } 通：renkei mail list
mail-read-before = すでに綴ったメール { $count } 通：何もしていません。
mail-read-put-off = 名前サーバが答えないため { $count } 通を残しました。次に読むとき確かめます。
mail-line = { $mail }  { $kind }  { $state }  { $request }  { $more }
mail-kind-reply = 回答
mail-kind-auto-reply = 自動応答
mail-kind-report = 配送の報告
mail-kind-unreadable = 読めない
mail-state-filed = 綴った
mail-state-unconfirmed = 未確認
mail-state-waiting = 人を待つ
mail-state-confirmed = 認めた
mail-state-dropped = 捨てた
party-failing = { $since } から届かない { $status }
request-undelivered = 不達
effect-undelivered = 届かなかった
doctor-failing-channels = 届かない送付先はありません
doctor-failing-channels-bad = 届かない送付先が { $count } あります：renkei party list
doctor-undelivered = 届かなかった依頼はありません
doctor-undelivered-bad = 届かなかった依頼が { $count } 件あります：送付先を直し、計画し直してください
doctor-mails = 人を待つメールはありません
doctor-mails-bad = 人を待つメールが { $count } 通あります：renkei mail list
doctor-breached-passwords = 流出パスワードの一覧を引けます（{ $count } バイト）
doctor-breached-passwords-bad = 流出パスワードの一覧がないか、読めないか、並んでいません：renkei serve が理由を示し、始まりません
mail-fault-M001 = メールとして読めない
mail-fault-M002 = 差出人が一人でない
mail-fault-M003 = どの依頼のものか分からない
mail-fault-M004 = 二つの依頼を指す
mail-fault-M005 = 回答の表がない
mail-fault-M006 = 表が二つ以上ある
mail-fault-M007 = 読めない形式の添付
mail-fault-M008 = 数えられる行がない
mail-fault-M009 = 差出人が確かでない
mail-fault-M010 = 差出人が関係者のドメインでない
mail-fault-M011 = 機械で読めない不達通知
mail-fault-M012 = 別の宛先についての報告
mail-fault-M013 = 大きすぎる
mail-fault-M014 = 依頼が回答を受けない

credentials-records = 識別符号
credentials-accounts = アカウント
credentials-sheets = 一覧
credentials-sealed = 暗号化済み
credentials-operators = 事業者
credentials-receipts = 受領
credentials-reset = 再設定
credentials-day = 削除日
credentials-split = { $records } 件を読み、{ $sealed } 件を { $operators } 事業者宛てに暗号化（ファイル内の重複 { $repeated } 件）
credentials-quarantined = 暗号化して隔離 { $count } 行：{ $code }（docs/findings.md）
credentials-dropped = 提供しない列：{ $columns }
credentials-unknown = 所管する関係者のないサイト（関係者に所管を登録した後：renkei credentials split --rest）：
credentials-delete-on = 暗号化した一覧は { $day } に削除
credentials-readable = 渡されたファイルは、そのままでは誰でも読めます。削除するか、暗号化して保管してください。
credentials-none = 識別符号の提供はまだありません：renkei credentials split --help
credentials-gone = 削除済み
credentials-deleted = { $batches } 件の提供について、暗号化されたファイル { $files } 個を削除しました。

cost-done = 記入しました：{ $minutes } 分、{ $amount } { $currency }

party-compared = 追加 { $added } 件、変更 { $changed } 件、変わらないもの { $unchanged } 件
field-name-ja = 名称（日本語）
field-name-en = 名称（英語）
field-role = 種別
field-country = 国
field-zone = 時間帯
field-competence = 所管
field-agreement = 締結
field-mail = 送付先
field-language = 言語
field-seal = 暗号化
field-shared-addresses = 共用アドレス
field-repeat-days = 再通知までの日数
field-answer-days = 回答の日数

observations-saved = { $rows } 行を { $file } に書きました（TLP:REDの { $left } 行を除く）

backup-done = 控えを { $folder } に作りました：台帳 { $entries } 件、観測などの行 { $rows }、{ $files } ファイル（{ $bytes } バイト）
backup-manifest = 目録（manifest.json）の SHA-256：{ $digest }。台帳の記録と比べられます。
backup-keys = 秘密鍵は { $recipient } だけが開けるように封をして入れました。
backup-no-keys = 秘密鍵は入っていません（入れるには --with-keys）。
backup-whole = 控え { $folder } に異状なし：{ $made } 作成、台帳 { $entries } 件、{ $files } ファイル（{ $bytes } バイト）
backup-broken = 控え { $folder } に異状あり：{ $made } 作成、台帳 { $entries } 件、{ $files } ファイル（{ $bytes } バイト）
backup-missing = { $of } がありません。
backup-changed = { $of } が変わっています。
backup-unlisted = { $of } は目録にありません。
backup-ledger = 控えの中の台帳：{ $of }

restore-done = { $made } の控えから { $folder } にオフィスを戻しました：台帳 { $entries } 件、観測ファイル { $feeds }、{ $files } ファイル（{ $bytes } バイト）
restore-table = 　{ $table }：{ $rows } 行
restore-intact = 台帳に異状はありません。
restore-broken = 台帳に異状があります：renkei audit verify
restore-keys = 戻した秘密鍵 { $count }。足りない鍵は renkei key rotate で新しく作ります。
restore-settled = 控えを作ったときに途中だった処理 { $count } 件は、やめたものとして記録しました。
restore-letters = 送信を待つ通知が { $count } 通あります。控えの後に元のオフィスが送っているかもしれません。確かめてから renkei campaign send で送ってください（Message-ID は同じです）。

demo-invited = { $party } の席に着くには：{ $link }

operation = 作戦
operation-name = 名称
operation-hour = 一斉に行う時刻
operation-domains = ドメイン
operation-orders = 発行した指示
operation-none = この席に見える作戦はありません。renkei operation record で記録できます。
operation-recorded = { $operation } を記録しました（第{ $version }版、ドメイン{ $domains }件）。
operation-ordered = { $operation } の指示 第{ $serial }号を書き出しました。対象：{ $domains }
    署名の鍵：{ $key }
operation-locked = 対象外：{ $domain }（{ $outcome }：{ $codes }）
operation-domain-name = ドメイン
operation-state = 状態
operation-route = 手続
operation-grade = 出典における位置付け
operation-ruling = 法的関門
operation-not-yet = まだ
operation-unknown = 不明
operation-open = まだ整っていない：{ $what }
operation-domain = { $domain }：登録の残り{ $days }日、最近の観測{ $lines }行
operation-expires = 　登録の期限が近いか、分かりません。期限が切れると、ほかの者に渡ります。
operation-drift = 　記録と違うレコード：{ $drift }
operation-unasked = 　確かめられませんでした：{ $why }
operation-well = 問題はありません。
operation-unwell = 人が確かめるべきことがあります。
domain-planned = 計画中
domain-asked = 依頼中
domain-held = 保有
domain-released = 手放した
route-domestic-seizure = 差押え（国内）
route-verification = 検証
route-voluntary-help = 管理者の任意の協力
route-mutual-assistance = 捜査共助
route-registry-criminal = JPレジストリ（刑事手続）
route-registry-civil = JPレジストリ（民事手続）
route-registry-voluntary = JPレジストリ（任意）
route-lapsed-domain = 失効ドメインの取得
grade-possible = 可能である
grade-thought-possible = できるのではないか
grade-expected = 想定される（範囲と効果は未整理）
grade-principle = 原則
grade-no-basis = 根拠が明らかでない
grade-limit-case = 限界事例
prerequisite-logs-preserved = 証拠ログの確保
prerequisite-providers-asked = プロバイダへの協力要請
prerequisite-line-operators-asked = 回線事業者への協力要請
prerequisite-prefectures-aligned = 各県警の足並み
prerequisite-foreign-contact = 海外との事前連携

hours-taken = { $file }：{ $hours }時間分、{ $packets }パケットを取り込んだ
hours-known = { $file }：取込み済みのため何もしない
publication-drawn = { $publication }を起案し、{ $files }個のファイルを置いた。別の席が公表する：renkei publish approve { $publication }
publication-written = { $publication }を起案した。別の席が公表する：renkei publish approve { $publication }
publication-published = { $publication }を公表した
publication-retracted = { $publication }を撤回した
publication-laid-out = { $files }個のファイルを置いた
publications-none = まだ何も起案していない：renkei publish open、renkei publish alert
publication-head-publication = 公表
publication-head-kind = 種類
publication-head-state = 状態
publication-head-revision = 最新の文
publication-head-shown = 公表中の文
publication-head-written = 起案
publication-kind-report = 観測結果
publication-kind-alert = 注意喚起
publication-state-drafted = 起案
publication-state-published = 公表中
publication-state-correcting = 公表中（訂正は決裁待ち）
publication-state-retracted = 撤回
offer = 申し出
offer-changed = { $offer }：{ $done }

trial-done = { $mail }：{ $outcome } { $said }
notice-subject = 照会が届いています
notice-letter = { $office }に、貴組織あての照会（又はその続き）があります。内容は画面でのみ御覧になれます：{ $place } （席でサインインしてください。）このメールには内容を含みません。このメールに返信しても、照会への回答にはなりません。
trial-subject = 連絡先の試験
trial-letter = これは、{ $office }が連絡先を確かめるための試験のメールです。依頼も観測も含みません。何もしていただく必要はありません。
send-all-fail = { $party } の連絡先は、どれも届いていません。これも戻ってくるおそれがあります。
change-sent-again = 送り直しました：{ $count } 件

minutes-none = 該当する分の集計はない。renkei sense --minutes が残し、renkei ingest が取り込む。
minutes-packets = パケット
minutes-bytes = バイト
minutes-sources = 発信元
minutes-more = ほかに{ $count }群ある：--limit
minutes-written = { $file }に{ $records }件を書き出した。IPv6の{ $left }行は形式に入らないため除いた
by-minute = 分
by-hour = 時
by-sensor = センサー
by-source = 発信元
by-protocol = プロトコル
network-begun = 第二幕：関門が許したドメインのため、シンクホールが{ $address }で待ち受ける。この機械の模擬ボットが接続する
network-calls = 実際の接続でシンクホールを呼んだ端末
network-day = { $day }：{ $calls }台が接続、{ $blank }台に空のデータを返した
network-sensor = センサーは{ $packets }パケットを受け、{ $detections }件を検知し、{ $files }ファイルを引き渡した
sum-blank = 接続 = 空のデータを返した接続
sum-calls = 接続 = レイクの行
sum-devices = 接続した端末 = 知らせた端末と知らせられない端末
sum-packets = センサーが受けたパケット = レイクの分の集計のパケット
zones-begun = ポリシーゾーンを{ $address }で提供する（UDP・TCP）
specimen-subject = 件名
specimen-from = 差出人
specimen-reply-to = 返信先
specimen-envelope = エンベロープの差出人
specimen-date = 日時
specimen-size = バイト
specimen-hops = 経路
specimen-results = サーバーの記載
specimen-attachment = 添付
specimen-indicator = 指標
specimen-stripped = 報告者がわかる{ $count }箇所を除いた。渡す前に人が読むこと
specimen-none = メールがない。組織ごとのフォルダーにメールを入れて指定する。
specimen-manner = 型
specimen-organisations = 組織
specimen-mails = メール
specimen-first = 最初
specimen-scattered = ばらまき型
specimen-targeted = 標的型
specimen-caveat = 報告した組織の数による。受け取った組織の数ではない。
