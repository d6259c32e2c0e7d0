# compare: stderr
echo a > ; echo b
