# compare: stderr
echo )
