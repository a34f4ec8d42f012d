"""A stock that all harvest, that grows back, and that collapses if too little is left."""
