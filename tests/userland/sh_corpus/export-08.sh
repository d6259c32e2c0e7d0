A=1 B=2 sh -c 'echo $A$B'; A=x; A=y true; echo $A; A=z :; echo $A; A=w eval 'echo $A'; echo $A
