var ratedSeverities=["Critical","High","Medium","Low","Negligible"];export{ratedSeverities};
