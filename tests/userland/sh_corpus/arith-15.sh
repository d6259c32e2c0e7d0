# compare: stderr
x=abc; echo $((x)); echo no
