"""Tell whether what people ask about is still what the model learned from. Pure: numbers in, figures out."""
