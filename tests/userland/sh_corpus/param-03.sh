echo ${a:=one} $a ${b=two} $b; c=; echo ${c=three}[$c] ${c:=four}[$c]
