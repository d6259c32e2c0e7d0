#!/bin/bash
((x=3+4)); echo $x $?; ((0)); echo $?; for ((i=0;i<3;i++)); do echo $i; done; ((x++)); echo $x; let y=x*2; echo $y; echo $((2**10)) $((x>5?1:0)) $((16#ff)) $((i++ + ++i)) $i $((1,2))
