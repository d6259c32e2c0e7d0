# compare: stderr
echo "unterminated
