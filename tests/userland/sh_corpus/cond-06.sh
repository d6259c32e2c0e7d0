if [ 1 -eq 1 ] && [ a = a ] || [ b = c ]; then echo ok; fi; [ 1 = 2 ] || [ 2 = 2 ] && echo fine
