"""The colours and fonts of the picture, light and dark."""

STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #5a5a66 }
.name { font: 600 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #23232b }
.chip { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1b6b42 }
.title { font-weight: 600; font-size: 17px; fill: #23232b }
.count { text-anchor: end; font-size: 11px }
.paper { fill: #fdfcf9 } .panel { fill: #f3efe6 }
.box { fill: #ffffff; stroke: #d9d2c3 } .public { fill: #e4eef7; stroke: #22628f }
.name.public { fill: #1b4f75; stroke: none }
.apps { fill: #fbeee7 } .built-ins { fill: #e9f3ec } .pill { fill: #ffffff; stroke: #b4d2c0 }
.name.apps { fill: #a03d1a } .name.built-ins { fill: #1b6b42 }
.third { fill: none; stroke: #a9a294; stroke-dasharray: 5 4 }
path { fill: none; stroke-width: 1.4; stroke: #8b8578 }
.to-apps { stroke: #c4512d } .to-built-ins { stroke: #1b7a4b }
marker path { stroke: none; fill: #8b8578 }
#head-apps path { fill: #c4512d } #head-built-ins path { fill: #1b7a4b }
@media (prefers-color-scheme: dark) {
text { fill: #acacb8 } .name, .title { fill: #ececf1 } .chip { fill: #9fd9b9 }
.paper { fill: #17171b } .panel { fill: #212127 }
.box { fill: #2b2b33; stroke: #42424d } .public { fill: #1d3447; stroke: #5b9bc9 }
.name.public { fill: #a6d0f1; stroke: none }
.apps { fill: #35241d } .built-ins { fill: #1b2d23 } .pill { fill: #22382c; stroke: #3f6a53 }
.name.apps { fill: #f2ab8b } .name.built-ins { fill: #93d5b1 }
.third { stroke: #6a6a76 }
path { stroke: #80808e } marker path { fill: #80808e }
.to-apps { stroke: #e08a67 } .to-built-ins { stroke: #5fb288 }
#head-apps path { fill: #e08a67 } #head-built-ins path { fill: #5fb288 }
}
"""
