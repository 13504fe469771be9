"""What did each probe of Windows print? Every field has its type; anything else is ParseError."""
