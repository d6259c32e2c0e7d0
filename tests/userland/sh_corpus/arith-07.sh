x=; echo $((x+1)) $((y+1)); z=10; w=z; echo $((z))
