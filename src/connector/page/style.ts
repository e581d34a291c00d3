/** What the pages of the connector need beside the style of dashboards. */
export const FRAME_STYLE = `
:root{--good:#1d7446;--busy:#8f5a00;--bad:#b3141f;--idle:#5a6473}
@media screen and (prefers-color-scheme:dark){:root{--good:#5fd097;--busy:#eab053;--bad:#ff8086;--idle:#a3adbb}}
.top{display:flex;flex-wrap:wrap;gap:6px 22px;align-items:baseline;max-width:1240px;margin:0 auto;padding:16px 20px 0}
.top .place{font-weight:650;font-size:15px;display:block}
nav{display:flex;flex-wrap:wrap;gap:6px 18px;align-items:baseline;flex:1 1 auto}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0;padding:0}nav form{margin-left:auto}
nav a{text-decoration:none;padding:2px 0;display:inline-block}nav a[aria-current]{color:var(--ink);border-bottom:2px solid var(--accent)}
main{padding-top:20px}main>header{max-width:none;margin:0;padding:0}
.verdict{margin:10px 0 0;padding:12px 16px;border-radius:8px;background:var(--card);border:1px solid var(--rule);border-left:6px solid var(--good);max-width:none}
.verdict.bad{border-left-color:var(--bad)}.verdict.busy{border-left-color:var(--busy)}
#live{max-width:1200px;margin:12px auto 0;padding:10px 16px;border-radius:8px;background:var(--card);border:1px solid var(--bad);color:var(--bad)}
table.wide td,table.wide th{overflow-wrap:break-word}table.wide .long{min-width:280px}.fact{color:var(--soft);margin-right:10px}.fact b{color:var(--ink);font-weight:500}
.list{margin:14px 0 0}.list h2{margin:0 0 8px;font-size:16px}.list .scroll{max-height:none;margin:0}.list th{position:static}.list td,.list th{padding:7px 14px 7px 0}
td small{display:block;color:var(--soft)}tr.why td{color:var(--bad)}tr.said td{color:var(--soft)}tr.why td,tr.said td{padding-top:0}tr.told td,tr:has(+tr.why) td,tr:has(+tr.said) td{border-bottom:0}
.badge{display:inline-block;min-width:84px;text-align:center;padding:0 8px;border-radius:10px;font-size:12px;border:1px solid currentColor;white-space:nowrap}
.good{color:var(--good)}.busy{color:var(--busy)}.bad{color:var(--bad)}.idle{color:var(--idle)}.warn{color:var(--busy);font-weight:600}
.time{white-space:nowrap;font-variant-numeric:tabular-nums}code{font:13px/1.4 ui-monospace,"DejaVu Sans Mono",monospace}
.facts-list{display:flex;flex-wrap:wrap;gap:8px 30px;margin:0}.facts-list div{min-width:120px;max-width:100%}dt{color:var(--soft);font-size:13px}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form.choose{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:end;margin:14px 0 0}
label{display:flex;flex-direction:column;gap:3px;font-size:13px;color:var(--soft);min-width:0}
input,select,textarea,button{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--grey);border-radius:6px;padding:6px 10px;max-width:100%}
form.choose input,form.choose select,form.choose button{height:38px}
textarea{width:100%;min-height:70px;resize:vertical}
button{background:var(--accent);color:var(--on);border-color:var(--accent);cursor:pointer}button.quiet{background:none;color:var(--accent);border:0;padding:2px 0}button.second{background:var(--card);color:var(--accent)}
.change{display:flex;flex-direction:column;gap:10px;max-width:620px}.change .buttons{display:flex;flex-wrap:wrap;gap:10px}
.problem{border-left:6px solid var(--bad);padding:10px 14px;background:var(--card);border-radius:8px;max-width:none}
.pages{display:flex;gap:18px;margin:12px 0 0}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:14px;margin-top:12px}
ol.steps,ul.steps{margin:0;padding-left:20px}.steps li{margin:0 0 6px;max-width:75ch}
.login{max-width:420px;margin:8vh auto 0}.login form{display:flex;flex-direction:column;gap:12px}
@media(max-width:560px){.stack thead,[data-part=alerts] thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}.stack tr,[data-part=alerts] tr{display:block;padding:8px 0;border-bottom:1px solid var(--rule)}.list .stack td,[data-part=alerts].list td{display:block;border:0;padding:1px 0}table.wide.stack .long,[data-part=alerts] table.wide .long{min-width:0}
.top{padding-left:12px;padding-right:12px}form.choose label{flex:1 1 140px}form.choose button{flex:1 1 100%}#live{margin-left:12px;margin-right:12px}}
@media print{.top nav,form,#live{display:none}}
`;
