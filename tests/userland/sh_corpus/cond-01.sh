if true; then echo t; else echo f; fi; if false; then echo t; elif true; then echo e; else echo f; fi; if false; then :; fi; echo $?
