# compare: stderr
echo $((1 2)); echo no
