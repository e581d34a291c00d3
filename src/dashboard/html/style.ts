import { palette } from "../palette.ts";

const light = Object.entries(palette).map(([name, colour]) => `--${name}:${colour}`);

/** The style of a page: light and dark, paper, narrow screens. Colours keep apart for all eyes. */
export const PAGE_STYLE: string = `
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--ink:#1c2330;--soft:#5a6473;--rule:#e1e4ea;--accent:#0069a8;--on:#fff;
${light.join(";")}}
@media screen and (prefers-color-scheme:dark){:root{--page:#11151c;--card:#1a202a;--ink:#e6e9ef;--soft:#a3adbb;--rule:#303846;--accent:#5ab0ea;--on:#0c1118;
--k0:#4aa3df;--k1:#f0ad3c;--k2:#2dbb8d;--k3:#dd8fbd;--k4:#9ad4f7;--k5:#e9803d;--k6:#cfc14a;--grey:#8a919c;--alarm:#ff6b70}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:1240px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:26px;margin:0 0 6px}h2{font-size:19px;margin:34px 0 4px}h3{font-size:14px;margin:0 0 8px;font-weight:600}
p{margin:0 0 8px;max-width:75ch}.about,.facts,footer{color:var(--soft)}.facts{font-size:13px}
footer{font-size:13px;padding-top:26px;padding-bottom:32px}
.grid{display:grid;grid-template-columns:repeat(12,minmax(0,1fr));gap:14px;margin-top:12px}
.place{display:flex;flex-direction:column;gap:14px;min-width:0}.w3{grid-column:span 3}.w6{grid-column:span 6}.w9{grid-column:span 9}.w12{grid-column:span 12}
.card{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:14px 16px;min-width:0;display:flex;flex-direction:column;flex:1 1 auto}
.content{display:flex;flex-direction:column;flex:1 1 auto;min-width:0}
.stat{margin:0}.stat strong{font-size:30px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.unit,.n,.delta,.note{color:var(--soft);font-size:13px}.n{white-space:nowrap}.note{margin:8px 0 0}.delta{margin:0}
.plot{display:grid;grid-template:minmax(190px,1fr) auto/auto minmax(0,1fr);column-gap:8px;flex:1 1 auto}
.left{display:flex;flex-direction:column;justify-content:space-between;text-align:right;font-size:12px;color:var(--soft);line-height:1;margin:-6px 0;min-width:26px;font-variant-numeric:tabular-nums}
.area{width:100%;height:100%;overflow:visible}.below{width:100%;height:18px;overflow:visible}.plot .below{grid-column:2;margin-top:6px}
.below text{font-size:12px;fill:var(--soft)}.rule{stroke:var(--rule)}
.line{stroke-width:2;fill:none}.arc{fill:none;stroke-width:6}
.k0{fill:var(--k0)}.k1{fill:var(--k1)}.k2{fill:var(--k2)}.k3{fill:var(--k3)}.k4{fill:var(--k4)}.k5{fill:var(--k5)}.k6{fill:var(--k6)}.grey{fill:var(--grey)}.alarm{fill:var(--alarm)}
.line.k0,.arc.k0{stroke:var(--k0)}.line.k1,.arc.k1{stroke:var(--k1)}.line.k2,.arc.k2{stroke:var(--k2)}.line.k3,.arc.k3{stroke:var(--k3)}.line.k4,.arc.k4{stroke:var(--k4)}.line.k5,.arc.k5{stroke:var(--k5)}.line.k6,.arc.k6{stroke:var(--k6)}.line.grey,.arc.grey{stroke:var(--grey)}.line.alarm,.arc.alarm{stroke:var(--alarm)}
.arc.k0,.arc.k1,.arc.k2,.arc.k3,.arc.k4,.arc.k5,.arc.k6,.arc.grey,.arc.alarm{fill:none}
.bars{display:grid;grid-template-columns:minmax(0,max-content) minmax(40px,1fr) max-content;gap:6px 10px;align-items:center;font-size:13px}
.name{overflow-wrap:anywhere}.bar{width:100%;height:14px;background:var(--page);border-radius:2px}.number{text-align:right;font-variant-numeric:tabular-nums}
.ring{display:flex;gap:18px;align-items:center;flex-wrap:wrap}.ring>svg{width:150px;height:150px;flex:none}
.total{font-size:6px;font-weight:650;fill:var(--ink)}.of{font-size:3px;fill:var(--soft)}
.parts,.legend{list-style:none;margin:0;padding:0;font-size:13px}.parts{flex:1 1 170px}.parts li{display:grid;grid-template-columns:18px 1fr max-content 56px;gap:6px;align-items:center;padding:2px 0}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;margin-top:8px}.legend li{display:flex;gap:6px;align-items:center}.key{width:12px;height:12px;flex:none}
.heatmap{display:grid;grid-template-columns:minmax(0,max-content) minmax(0,1fr);gap:1px 10px;align-items:center;font-size:13px}
.row{width:100%;height:26px;background:var(--page)}.row text{font-size:12px}.heat{fill:var(--accent)}.on{fill:var(--on)}.off{fill:var(--ink)}
details{margin-top:auto;padding-top:10px;font-size:13px}summary{cursor:pointer;color:var(--accent)}
a{color:var(--accent)}a.to{color:inherit;text-decoration:underline dotted var(--soft);text-underline-offset:3px}a.to:hover{color:var(--accent)}.csv{margin:8px 0 0}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
.scroll{overflow:auto;max-height:320px;margin-top:8px}.content>.scroll{margin-top:0}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid var(--rule);vertical-align:top;overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600;position:sticky;top:0;background:var(--card)}th.number,td.number{text-align:right;white-space:nowrap;padding-right:2px}
.controls{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin:14px 0 0;font-size:13px}.controls[hidden]{display:none}
.choice{display:flex;gap:6px;align-items:center;min-width:0}.choice label{color:var(--soft)}.controls select,.controls button,.copy{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--soft);border-radius:6px;padding:4px 8px;max-width:100%}
.said{color:var(--soft);font-size:13px;margin:8px 0 0;min-height:1.45em}
tr.marked td{background:color-mix(in srgb,var(--accent) 18%,var(--card))}
.behind{margin-top:10px;padding:10px 12px;border-left:3px solid var(--accent);background:var(--page)}.behind pre{margin:0 0 8px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px}.behind p{margin:0 0 6px}.behind span{margin-left:8px;color:var(--soft)}
svg a{cursor:pointer}svg a:hover{opacity:.8}svg a:focus-visible{outline-offset:0}
table.events td{white-space:nowrap;font-variant-numeric:tabular-nums}table.events :is(th,td){padding-right:18px;overflow-wrap:normal}.scroll:has(table.events){max-height:70vh}
.empty{color:var(--soft);margin:0}
@media(max-width:900px){.place{grid-column:span 12}.w3{flex-direction:row;flex-wrap:wrap}.w3>.card{flex:1 1 150px}}
@media(max-width:560px){.below.long{height:34px}.below.long text:nth-of-type(even){transform:translateY(15px)}header,main,footer{padding-left:12px;padding-right:12px}.card{padding:12px}.grid{gap:10px}.stat strong{font-size:24px}.bars{grid-template-columns:minmax(0,38%) minmax(30px,1fr) max-content}.heatmap{grid-template-columns:minmax(0,30%) minmax(0,1fr)}}
@media print{:root{color-scheme:light}body{background:#fff}.card{break-inside:avoid}details,.controls,.said,.behind{display:none}
.scroll,.scroll:has(table.events){max-height:none;overflow:visible}th{position:static}thead{display:table-header-group}tr{break-inside:avoid}.card:has(.scroll){break-inside:auto}
table.events{font-size:9px}table.events :is(th,td){white-space:normal;padding-right:6px;overflow-wrap:anywhere}}
`;
