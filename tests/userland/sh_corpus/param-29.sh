# compare: stderr
echo ${nosuch:?custom message}; echo after
