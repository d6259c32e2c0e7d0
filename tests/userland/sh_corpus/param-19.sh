x=set; echo ${x+"a b"} "${x+a  b}" ${x+a  b} ${x:+${x}${x}}
