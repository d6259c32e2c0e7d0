# compare: stderr
echo $((1+)); echo no
