# compare: stderr
x=; echo ${x:?}; echo after
