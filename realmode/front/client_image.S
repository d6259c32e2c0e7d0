// client_image.S — the small client as bytes of this one.
        .section .rodata
        .global drydock_client_begin
        .global drydock_client_end
        .balign 16
drydock_client_begin:
        .incbin DRYDOCK_CLIENT
drydock_client_end:
        .byte 0
        .section .note.GNU-stack,"",@progbits
