/// The one style sheet: light and dark, screen and paper, down to 360 pixels.
///
/// Series are told apart by dashes and markers as well as by colour. The colours are Okabe and Ito's, distinguishable with every common kind of
/// colour blindness, darkened or lightened until they stand out by 3:1 (WCAG 2.2, 1.4.11); texts stand out by 7:1.
enum PageStyle {
  static let sheet: StaticString = """
    :root{color-scheme:light dark;--ink:#1b1f24;--soft:#454d57;--line:#c9ced6;--ground:#ffffff;--panel:#f3f5f8;--link:#0a4a8f;\
    --good:#0b5d2e;--bad:#8f1d14;--warn:#6b4700;--s0:#0067a8;--s1:#b84a00;--s2:#00785a;--s3:#9b4d7c;--s4:#8a6100;--s5:#3f6f94}
    @media (prefers-color-scheme:dark){:root{--ink:#eceff3;--soft:#bac2cc;--line:#49525e;--ground:#14171b;--panel:#1f242b;--link:#9cc8ff;\
    --good:#7fdca3;--bad:#ffaca3;--warn:#f2c46d;--s0:#56b4e9;--s1:#ff9a57;--s2:#3fcfa6;--s3:#e29cc5;--s4:#e6b422;--s5:#9ab8d0}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0 auto;padding:0 1rem 3rem;max-width:64rem;background:var(--ground);color:var(--ink);\
    font:1rem/1.5 system-ui,"Liberation Sans","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
    h1{font-size:1.7rem;line-height:1.25;margin:1.2rem 0 .4rem}
    h2{font-size:1.3rem;margin:2.2rem 0 .6rem;padding-bottom:.2rem;border-bottom:1px solid var(--line)}
    h3{font-size:1.08rem;margin:1.6rem 0 .4rem}
    a{color:var(--link)}
    a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}
    .skip{position:absolute;left:-200vw}
    .skip:focus{left:1rem;top:.5rem;padding:.5rem 1rem;background:var(--ground);border:2px solid var(--link)}
    nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;margin:1rem 0 0}
    main:focus{outline:none}
    code,pre{font:.875em/1.5 ui-monospace,"DejaVu Sans Mono","Liberation Mono",monospace}
    pre{margin:.6rem 0;padding:.7rem .9rem;background:var(--panel);border:1px solid var(--line);border-radius:.3rem;white-space:pre-wrap}
    dl{margin:.6rem 0}
    dl>div{display:grid;grid-template-columns:minmax(8rem,13rem) 1fr;gap:.1rem 1rem;padding:.3rem 0;border-bottom:1px solid var(--line)}
    dt{color:var(--soft)}
    dd{margin:0;min-width:0}
    .scroll{overflow-x:auto;margin:.8rem 0}
    table{border-collapse:collapse;overflow-wrap:normal}
    caption{text-align:left;font-weight:600;padding:.3rem 0}
    th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line)}
    thead th{color:var(--soft);font-weight:600;vertical-align:bottom}
    tbody th{font-weight:600}
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .s{white-space:nowrap}
    .note{color:var(--soft)}
    .summary{background:var(--panel);border:1px solid var(--line);border-radius:.3rem;padding:.2rem 1rem;margin:1rem 0}
    .good{color:var(--good);font-weight:600}
    .bad{color:var(--bad);font-weight:600}
    .warn{color:var(--warn);font-weight:600}
    figure{margin:1rem 0}
    figcaption{color:var(--soft);margin-top:.3rem}
    summary{cursor:pointer}
    ol.time{list-style:none;margin:.6rem 0;padding:0 0 0 1.1rem;border-left:3px solid var(--line)}
    ol.time li{margin:0 0 .8rem}
    ol.time time{display:block;color:var(--soft);font-variant-numeric:tabular-nums}
    svg{display:block;width:100%;height:auto;max-width:32rem}
    svg text{font:11px system-ui,"Liberation Sans","DejaVu Sans",sans-serif;fill:var(--ink)}
    svg .quiet{fill:var(--soft)}
    svg .end{text-anchor:end}
    svg .middle{text-anchor:middle}
    svg .strong{font-weight:600}
    svg .axis{stroke:var(--soft);stroke-width:1;fill:none}
    svg .grid{stroke:var(--line);stroke-width:.6}
    svg .curve{fill:none;stroke-width:1.8;stroke-linejoin:round}
    svg .whisker{stroke:var(--ink);stroke-width:1.2;fill:none}
    svg .box{fill:var(--panel);stroke:var(--line)}
    svg .head{stroke:var(--ink);stroke-width:2}
    svg .mark{stroke-width:1.4}
    .s0{stroke:var(--s0)}.s1{stroke:var(--s1)}.s2{stroke:var(--s2)}.s3{stroke:var(--s3)}.s4{stroke:var(--s4)}.s5{stroke:var(--s5)}
    .f0{fill:var(--s0)}.f1{fill:var(--s1)}.f2{fill:var(--s2)}.f3{fill:var(--s3)}.f4{fill:var(--s4)}.f5{fill:var(--s5)}
    .hollow{fill:var(--ground)}
    footer{margin-top:3rem;padding-top:.6rem;border-top:1px solid var(--line);color:var(--soft)}
    @media (max-width:34rem){dl>div{grid-template-columns:1fr}}
    @media print{:root{color-scheme:light;--ink:#000;--soft:#333;--line:#999;--ground:#fff;--panel:#fff;--link:#000}\
    body{max-width:none;padding:0;font-size:10pt}.skip,nav{display:none}.scroll{overflow:visible}h2,h3{break-after:avoid}\
    figure,tr,dl>div,li{break-inside:avoid}thead{display:table-header-group}details::details-content{content-visibility:visible;display:block}}
    """
}
