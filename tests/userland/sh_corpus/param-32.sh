# compare: stderr
echo ${x!y}; echo after
