# compare: stderr
echo | | cat
