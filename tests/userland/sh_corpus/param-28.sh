# compare: stderr
echo before; echo ${nosuch?}; echo after
