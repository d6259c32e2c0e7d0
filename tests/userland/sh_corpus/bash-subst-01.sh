#!/bin/bash
v=foobarfoo; echo ${v/foo/X} ${v//foo/X} ${v/#foo/X} ${v/%foo/X} ${v//o} ${v:3} ${v:3:3} ${v: -3} ${v:(-3):2} ${v^} ${v^^} ${v^^[fb]}; w=ABC; echo ${w,} ${w,,}; n=v; echo ${!n}
