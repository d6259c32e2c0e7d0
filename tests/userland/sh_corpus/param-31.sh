# compare: stderr
x=; (echo ${x?ok}; echo ${x:?is empty}); echo $?
