# compare: stderr
echo $((08)); echo no
