# compare: stderr
echo 'echo a
if' > f; . ./f; echo no
