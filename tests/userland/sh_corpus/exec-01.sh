exec echo replaced; echo no
