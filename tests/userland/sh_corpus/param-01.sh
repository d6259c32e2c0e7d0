x=value; echo ${x} ${x}y "${x}" ${x:-d} ${y:-d} ${y-d} "${y:-a b}"
