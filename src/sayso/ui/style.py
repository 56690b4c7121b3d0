"""Hold the page's own style sheet: translucent grounds and the page's ink, so that light and dark both work."""

CSS = """
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; opacity: .92; }
.sayso-said { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; }
.sayso-said mark { padding: .1em .3em; border-radius: .3em; box-decoration-break: clone; }
.sayso-said mark small { white-space: nowrap; opacity: .8; }
.sayso-unused { border-bottom: 2px dotted currentColor; }
.sayso-card { border: 1px solid rgba(128, 128, 128, .35); border-left: .4rem solid #888; border-radius: .5rem;
              padding: .8rem 1rem; overflow-wrap: anywhere; }
.sayso-card.predicted { border-left-color: #2e9e5b; }
.sayso-card.needs_input { border-left-color: #3b82d0; }
.sayso-card.refused { border-left-color: #d98a00; }
.sayso-card.failed { border-left-color: #d43c3c; }
.sayso-card h3, .sayso-card p { margin: 0 0 .4rem; padding: 0; font-size: 1rem; font-weight: 400; }
.sayso-card .value { font-size: 2.2rem; font-weight: 600; line-height: 1.2; }
.sayso-card .kind { font-weight: 600; }
.sayso-card .sayso-change { opacity: .9; }
.sayso-card .warning { background: rgba(217, 138, 0, .16); border-radius: .3rem; padding: .3rem .6rem; }
.sayso-card table { width: 100%; border-collapse: collapse; margin: .5rem 0 .2rem; font-size: .9rem; }
.sayso-card th, .sayso-card td { text-align: left; vertical-align: top; padding: .25rem .5rem .25rem 0;
                                 border: 0; border-top: 1px solid rgba(128, 128, 128, .25); }
.sayso-card td:nth-child(2), .sayso-card th:nth-child(2) { overflow-wrap: break-word; min-width: 4.2em; }
.sayso-card thead th { border-top: 0; font-weight: 400; opacity: .75; }
.sayso-card .sayso-facts th { width: 10.5rem; overflow-wrap: break-word; }
.sayso-card .sayso-facts td { overflow-wrap: anywhere; }
.sayso-card tbody th { font-weight: 600; }
.sayso-card .sayso-small, .sayso-panel .sayso-small, .sayso-panel .sayso-small p { font-size: .8rem; opacity: .85; }
.sayso-tiles.sayso-tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .5rem;
                           margin: 0; padding: 0; }
.sayso-tiles div { border: 1px solid rgba(128, 128, 128, .35); border-radius: .5rem; padding: .5rem .7rem;
                   overflow-wrap: anywhere; }
.sayso-tiles dt { font-size: .8rem; opacity: .85; font-weight: 400; }
.sayso-tiles.sayso-tiles dd { margin: 0; font-size: 1.2rem; font-weight: 600; }
.sayso-plot.sayso-plot { margin: .5rem 0 0; font-weight: 600; }
.sayso-plot small { font-weight: 400; }
.sayso-panel p { margin: 0 0 .4rem; }
.sayso-needs.sayso-needs { list-style: none; margin: 0; padding: 0; }
.sayso-needs.sayso-needs li { border-left: .5rem solid rgba(128, 128, 128, .35);
                              margin: 0 0 .6rem; padding: 0 0 0 .6rem; }
"""
