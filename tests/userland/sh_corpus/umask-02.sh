umask 027; echo x > f; mkdir d; ls -ld f d | while read m r; do echo $m; done; (umask 0); umask
