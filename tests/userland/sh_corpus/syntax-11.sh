# compare: stderr
while true; do echo x; break
