# compare: stderr
echo ${unterminated
