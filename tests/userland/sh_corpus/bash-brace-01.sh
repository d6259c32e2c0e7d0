#!/bin/bash
echo {a,b,c}{1,2} {1..5} {a..e} {5..1..2} {01..03} x{,y}z a{b,{c,d}}e {single} "{a,b}" {a..c}{1..2}
