# compare: stderr
echo 'unterminated
