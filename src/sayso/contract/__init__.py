"""Say what the model needs: the one document that every part of sayso holds."""
