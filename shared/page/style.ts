/** How the page looks: system fonts, both colour schemes, from 320 pixels on. No names come in here. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fafaf8;--card:#fff;--text:#1c1e21;--soft:#595f66;--line:#dcdee2;--act:#b3261e;--actbg:#fcebea;--wait:#7d4e00;--waitbg:#fdf1dc;--fine:#1c6a3d;--finebg:#e5f3ea;--link:#1a5fb4;--c1:#1f6fb2;--c2:#d97a00;--c3:#2f8f5b;--c4:#a63d8f;--c5:#6d7680}
@media(prefers-color-scheme:dark){:root{--bg:#15171a;--card:#1d2024;--text:#e6e8ea;--soft:#a5abb3;--line:#353a40;--act:#ff9a91;--actbg:#3c2020;--wait:#f0bd66;--waitbg:#362a16;--fine:#83d3a3;--finebg:#1b3325;--link:#8ebdff;--c1:#6cb0ee;--c2:#f0a04b;--c3:#68c795;--c4:#d98acb;--c5:#98a1ab}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
header,main{max-width:1120px;margin:0 auto;padding:0 24px}
header{display:flex;justify-content:space-between;gap:16px;padding-top:16px;color:var(--soft)}
header p{margin:0}
header a{white-space:nowrap}
header b{color:var(--text)}
main{padding-bottom:64px}
a{color:var(--link)}
h1{font-size:30px;line-height:1.2;margin:20px 0 12px;letter-spacing:-.01em}
h2{font-size:19px;line-height:1.3;margin:40px 0 12px}
h3{font-size:16px;line-height:1.4;margin:0}
p{margin:6px 0}
code{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;color:var(--soft);overflow-wrap:anywhere;font-weight:400}
small{display:block;font-size:13px;color:var(--soft);font-weight:400}
.name,.said,td,h3,p{overflow-wrap:anywhere}
.none{color:var(--soft)}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.tiles{list-style:none;display:flex;flex-wrap:wrap;gap:6px 28px;margin:0;padding:0;color:var(--soft)}
.tiles b{font-size:19px;font-variant-numeric:tabular-nums}
.tiles .act b{color:var(--act)}.tiles .wait b{color:var(--wait)}.tiles .fine b{color:var(--fine)}
.card{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--wait);border-radius:6px;padding:14px 18px;margin:0 0 12px}
.card.act{border-left-color:var(--act)}
.card code{margin-left:6px}
.number{display:inline-block;min-width:24px;padding:0 7px;border-radius:12px;background:var(--waitbg);color:var(--wait);font-size:13px;line-height:22px;text-align:center;margin-left:4px}
.act .number{background:var(--actbg);color:var(--act)}
.do{margin:4px 0 10px}
.places{list-style:none;margin:8px 0 0;padding:0;border-top:1px solid var(--line)}
.places li{padding:7px 0;border-bottom:1px solid var(--line);font-size:15px;display:flex;flex-wrap:wrap;gap:0 14px}
.places li:last-child{border-bottom:0;padding-bottom:0}
.places .said{flex-basis:100%;color:var(--soft)}
.since{color:var(--soft);margin-left:auto}
details>summary{cursor:pointer;padding:8px 0;color:var(--link)}
details>summary:focus-visible,a:focus-visible,input:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.filter{display:flex;flex-wrap:wrap;align-items:center;gap:4px 10px;margin:0 0 12px}
.filter[hidden]{display:none}
input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:6px;padding:6px 10px;flex:0 1 320px;min-width:0}
output{color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:15px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:4px 0}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--soft);font-size:13px;white-space:nowrap}
tbody th{overflow-wrap:anywhere}
.tables{table-layout:fixed}
.tables th,.tables td{width:14%}
.tables th:first-child{width:auto}
.tables th:nth-child(2),.tables td:nth-child(2){width:20%}
.tables tbody th{font-weight:500}
.past th:nth-child(n+3),.past td:nth-child(n+3){width:11%}
.past th:nth-child(6),.past td:nth-child(6){width:17%}
.tables+.tables{margin-top:20px}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:left}
th button::after{content:" \\2195";opacity:.6}
th[aria-sort=ascending] button::after{content:" \\2191";opacity:1}
th[aria-sort=descending] button::after{content:" \\2193";opacity:1}
.state{display:inline-block;white-space:nowrap;margin-right:4px;padding:0 8px;border-radius:11px;font-size:13px;line-height:22px;background:var(--finebg);color:var(--fine)}
.state.act{background:var(--actbg);color:var(--act)}
.state.wait{background:var(--waitbg);color:var(--wait)}
.lakes{list-style:none;margin:0;padding:0}
.lakes li+li{margin-top:16px}
.facts{margin:0;display:flex;flex-wrap:wrap;gap:4px 40px}
.facts dt{color:var(--soft);font-size:13px}
.facts dd{margin:0}
.runs th:first-child{white-space:nowrap;width:1%}
.runs td:nth-child(2),.runs td:last-child{white-space:nowrap;width:1%}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:16px}
.plot{margin:0;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:14px 16px 6px;min-width:0}
figcaption{font-weight:500}
.plot>svg{display:block;width:100%;height:auto;margin-top:8px}

.plot text{font-size:13px;fill:var(--soft)}
.grid{stroke:var(--line)}.tick{stroke:var(--soft)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 14px;margin:4px 0 0;padding:0;font-size:13px;color:var(--soft)}
.legend li{overflow-wrap:anywhere}
.legend svg{width:10px;height:10px;margin-right:5px}
.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}
.line{fill:none;stroke-width:2}.line.c1{stroke:var(--c1)}.line.c2{stroke:var(--c2);stroke-width:1.25}
.scroll{overflow:auto;max-height:260px}
@media(max-width:640px){
header,main{padding-left:16px;padding-right:16px}
h1{font-size:26px}
table{font-size:14px}
th,td{padding-right:8px}
.since{margin-left:0;flex-basis:100%}
.tables th:nth-child(n+3),.tables td:nth-child(n+3){width:17%}
.tables th:nth-child(2),.tables td:nth-child(2){width:28%}
.tables thead th{white-space:normal}
.past th:nth-child(4),.past td:nth-child(4),.past th:nth-child(6),.past td:nth-child(6){display:none}
.runs th:first-child,.runs td:nth-child(2),.runs td:last-child{white-space:normal}
.runs,.runs tbody{display:block}
.runs thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.runs tr{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid var(--line);padding:6px 0}
.runs tbody th,.runs td{border:0;padding:0}
.runs tbody th:first-child,.runs td:nth-child(2),.runs td:last-child{width:auto}
.runs tbody th{color:var(--soft)}
.runs td:nth-child(2){grid-row:1;grid-column:2;text-align:right}
.runs td:nth-child(3){grid-row:2;grid-column:1}
.runs td:last-child{grid-row:2;grid-column:2;color:var(--soft);padding-left:12px;text-align:right}
.state{padding:0 6px}
th button::after{content:""}
}
@media print{details>summary{display:none}.filter{display:none}.card{break-inside:avoid}}
`
