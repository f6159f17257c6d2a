"""The pages that readers open: so far the one that ends a subscription."""
