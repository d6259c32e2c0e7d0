# compare: stderr
echo $(unterminated
