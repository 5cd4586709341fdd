# 公表するもの: サイト、フィード、助言の文言。数は文でなく表で示す。

language = 日本語
menu = ページ
site-title = { $office }のセンサーが観測したもの
report-title = 観測結果
report-span = { $from } から { $until } まで（協定世界時。日本時間は9時間進んでいる）。日と週は協定世界時で区切り、週は報告の終わりまでの7日間とする。
report-none = 報告はまだ公表されていない。
closed-note = { $group }向けの限定報告である。グループの参加者の外には渡さない。

known-sensors = 数えたのは、当方のセンサー（誰も使っていないアドレス{ $addresses }個）に届いたパケットである。標本であり、他の場所で起きたことは含まれない。
known-spoofed = パケットの送信元アドレスは偽ることができる。送信元は、誰が送ったかの証拠ではない。
known-smallest = 毎秒約{ $pps }パケットに満たない攻撃と、無作為に偽られた送信元を用いない攻撃は、観測できない。
known-joined = 内訳では、{ $least }未満の欄をまとめて一つの欄として示す。この数は当方が定めたものである。

summary-title = 直近の7日間
summary-caption = 直近の7日間とその前の7日間
what = 項目
now = 直近の7日間
before = その前の7日間
change = 増減
from-utc = 開始（協定世界時）
table-of = 表：{ $what }

series-accesses = 1アドレス当たり2分間のアクセス数
series-sources = 1時間の送信元の数
series-mirai = Miraiに似た送信元
series-victims = 攻撃の被害者
series-household = 家電等の機器の割合
caveat-accesses = 何かを求めるパケットの数を、センサーのアドレス数で割ったもの。アドレスの数は時期により変わることがある。
caveat-sources = 1時間に見えた異なる送信元アドレスの平均（誤差は約1％）。二つのセンサーが見た送信元は2と数える。アドレスは偽ることができる。
caveat-mirai = パケットにMiraiの印がある送信元。センサーごとに1時間に1回数える。宛先を書き換えるルータの内側の機器や、印のないボットは含まれない。
caveat-victims = 当方を騙ったパケットに応答した被害者。センサーごとに1時間に1回数える。小さな攻撃や、送信元が無作為に偽られていない攻撃は見えない。
caveat-household = 送信元を、その探しているものと同じ種類の機器とみなす（感染した機器は同種の機器を探す）。ポートからの推定であり、機器を見たものではない。

hourly-title = 時間ごと
hourly-caption = 時間ごとの数
daily-title = 日ごと
daily-caption = 日ごとの数
weekly-title = 週ごと
weekly-caption = 週ごとの数

ports-title = ポート
ports-caption = 直近の7日間に最も多く求められたポート
caveat-ports = 当方のセンサーに届いたパケットの数。各時間の上位20ポートだけを数えるため、実際の合計は示した数以上である。ポートは何を探していたかを示し、何があったかは示さない。
place = 順位
port = ポート
packets = パケット
ports-began = 探し始めた送信元
place-before = 前の順位
countries-title = 送信元の国・地域
countries-caption = 探索を始めた送信元（国・地域別）
countries-none = 国・地域の表は用いていない。
caveat-countries = アドレスの範囲が登録されている国・地域であり、機器の所在や行為者の国とは限らない。アドレスは偽ることができる。
victim-countries-title = 被害者の国・地域
victim-countries-caption = 攻撃の被害者（国・地域別）
victim-countries-none = 国・地域の表を用いていないか、被害者が見えなかった。
caveat-victim-countries = 被害者のアドレスの範囲が登録されている国・地域。センサーに見える攻撃だけを数える。
detections-title = 検知
detections-caption = 始まった検知（規則別）
detections-none = 検知はなかった。
caveat-detections = 始まった検知を1件ずつ数える。規則としきい値はセンサーのものである。
members-title = このグループの参加者
members-caption = センサーの観測ファイルにある参加者のアドレス（種類別）
members-none = センサーの観測ファイルに、参加者のアドレスはない。
caveat-members = 役所が読み込んだセンサーの観測ファイルのうち、名簿により参加者のものとされたアドレスの数。送信元のすべてが感染した機器とは限らない。
name = 名称
name-unknown = 不明
name-joined = その他（まとめたもの）
name-shadowserver-event4_honeypot_darknet = 探索又は感染が見られた送信元
name-shadowserver-event4_honeypot_ddos_target = 攻撃の被害者
files-title = 数値のファイル
files-json = すべての数値（JSON）

advice-title = 家電等の機器をお使いの方へ
advice-why = インターネットから届くルータ、カメラ、録画機などは、常に探されています。以下は一般的な助言です。具体的な操作は、機器の製造元の説明をご覧ください。
# S1.28: 機器の利用者に、ソフトウェアを最新に保つことなどを伝える。S2.22: 一般利用者への広報。
advice-password = 購入時のパスワードを変更してください。ほかで使っていないものにしてください。
advice-update = 機器のソフトウェア（ファームウェア）を最新に保ってください。自動更新ができる場合は有効にしてください。
advice-restart = 感染が疑われるときは、電源を入れ直し、直ちにパスワードの変更と更新を行ってください。再起動で消える不正プログラムもありますが、そのままでは再び感染します。
advice-close = 必要がなければ、インターネットからの遠隔操作の機能を切ってください。
advice-replace = 製造元が更新を終えた機器は、買い替えてください。

alerts-title = 緊急の注意喚起
alerts-none = 現在、注意喚起はない。
alerts-all = すべての注意喚起（訂正・撤回を含む）
feed-title = { $office }の注意喚起と観測結果
feed-link = フィード（Atom）
mark-corrected = 【訂正】
mark-retracted = 【撤回】
published-at = 公表：{ $at }（協定世界時）
corrected-at = { $at }（協定世界時）の訂正
retracted-at = 撤回：{ $at }（協定世界時）
