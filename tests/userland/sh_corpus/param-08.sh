pat='a*'; x=aaab; echo ${x#$pat} ${x##$pat} "${x#"$pat"}"
