trap 'echo usr1; exit 3' USR1; (sleep 0.1; kill -USR1 $$) & wait; echo no
